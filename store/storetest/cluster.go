package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver the databases are made with

	"github.com/tenbells/tenbells/store"
)

// cluster is the PostgreSQL server of this test binary: its socket's folder, started once.
var cluster = sync.OnceValues(start)

// errNotInstalled says that there is no PostgreSQL on this machine.
var errNotInstalled = errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")

// PostgresURL names an empty database of its own, which is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return newDatabase(t, "template1")
}

// template is a database with today's schema, made once: copying it is quicker than migrating each test's own.
var template = sync.OnceValues(func() (string, error) {
	socket, err := cluster()
	if err != nil {
		return "", err
	}
	admin, err := sql.Open("pgx", address(socket, "postgres"))
	if err != nil {
		return "", err
	}
	_, err = admin.Exec("CREATE DATABASE migrated")
	if err := errors.Join(err, admin.Close()); err != nil {
		return "", err
	}
	s, err := store.Open(context.Background(), address(socket, "migrated"), store.Options{})
	if err != nil {
		return "", err
	}
	return "migrated", s.Close()
})

// newDatabase makes a copy of a template.
func newDatabase(t testing.TB, template string) string {
	t.Helper()
	socket, err := cluster()
	skipWithout(t, err)
	name := "t" + strings.ToLower(rand.Text())
	admin, err := sql.Open("pgx", address(socket, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		if err := errors.Join(err, admin.Close()); err != nil {
			t.Error(err)
		}
	})
	return address(socket, name)
}

// skipWithout ends a test that cannot have its server.
func skipWithout(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errNotInstalled) && os.Getenv("TENBELLS_NO_SKIP") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func address(socket, database string) string {
	return (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database, RawQuery: url.Values{"host": {socket}}.Encode()}).String()
}

// start makes and starts a cluster in a temporary folder. The server is told to end with this process.
func start() (socket string, err error) {
	bin, err := programs()
	if err != nil {
		return "", err
	}
	if err := sweep(); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", folder)
	if err != nil {
		return "", err
	}
	owner, err := ownerOf(dir)
	if err != nil {
		return "", err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
	initdb.SysProcAttr, initdb.Dir = owner(false), dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"), "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "logging_collector=off")
	server.SysProcAttr, server.Dir = owner(true), dir
	if err := server.Start(); err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }() // reaped; it ends with us
	return dir, await(dir, ended)
}

// startTime is how long a server may take to start on a busy machine.
const startTime = 3 * time.Minute

// await waits until the server takes connections, or has ended.
func await(socket string, ended <-chan error) error {
	db, err := sql.Open("pgx", address(socket, "postgres")+"&connect_timeout=2")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // nothing hangs on it
	late := time.After(startTime)
	for {
		fault := db.PingContext(context.Background())
		if fault == nil {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("postgres did not start: it ended: %v", err)
		case <-late:
			return fmt.Errorf("postgres did not start: %w", fault)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// programs is the folder of the newest PostgreSQL server installed.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", errNotInstalled
	}
	return filepath.Dir(slices.Max(found)), nil
}

// ownerOf gives dir to whom the server runs as (it refuses to run as root), and answers how to run as that user.
func ownerOf(dir string) (func(ends bool) *syscall.SysProcAttr, error) {
	var as *syscall.Credential
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
			return nil, err
		}
		as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return func(ends bool) *syscall.SysProcAttr { return attributes(as, ends) }, nil
}

// ServerURL names the server itself, for those who make databases on it.
func ServerURL(t testing.TB) string {
	t.Helper()
	socket, err := cluster()
	skipWithout(t, err)
	return address(socket, "postgres")
}
