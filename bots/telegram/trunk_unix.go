//go:build unix

package telegram

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// untouched says whether a connection that rests is as it was left: one that the other end has closed, or on which it has
// said something unasked, is of no use. A call on it would be in doubt.
func untouched(c net.Conn) bool {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	socket, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	nothing := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, err := syscall.Read(int(fd), one[:]) // the socket does not block
		nothing = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return nothing && err == nil
}
