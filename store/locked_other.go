//go:build !linux

package store

// lockHolder is not known on this system.
func lockHolder(string) (pid int, stopped bool) { return 0, false }
