package storetest

import "syscall"

// attributes runs a program as somebody; with ends it gets SIGQUIT (PostgreSQL's immediate shutdown) when we die, so
// that a killed test leaves no server behind.
func attributes(as *syscall.Credential, ends bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Credential: as}
	if ends {
		a.Pdeathsig = syscall.SIGQUIT
	}
	return a
}
