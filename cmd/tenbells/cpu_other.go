//go:build !unix

package main

import "time"

// spentCPU is the time since the program began: what a processor did of it is not asked for here.
func spentCPU() time.Duration { return time.Since(started) }

var started = time.Now()
