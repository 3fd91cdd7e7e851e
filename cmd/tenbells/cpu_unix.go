//go:build unix

package main

import (
	"syscall"
	"time"
)

// spentCPU is the processor's time that this process has used, which others on the machine do not change.
func spentCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return time.Since(started)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

var started = time.Now()
