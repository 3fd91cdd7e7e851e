//go:build !linux

package folder

import (
	"io/fs"
	"time"
)

// writingOf: other systems do not say who has a file open.
func writingOf(string) writing { return unknown }

// arrivedAt is when a file was last written.
func arrivedAt(info fs.FileInfo) time.Time { return info.ModTime() }
