package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
)

// profiled is do, while where its processor time goes is written to path, for "go tool pprof"; "" writes nothing.
func profiled(path string, do func() error) error {
	if path == "" {
		return do()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(fmt.Errorf("profile: %w", err), f.Close())
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
