//go:build unix && !linux

package storetest

import "syscall"

// attributes runs a program as somebody. Where processes cannot be told to end with us, the server of a killed test
// must be ended by hand.
func attributes(as *syscall.Credential, _ bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as}
}
