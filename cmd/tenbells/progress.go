package main

import (
	"fmt"
	"os"
)

// progressEvery is how many pieces of long work go by between two signs of life.
const progressEvery = 1000

// progress says on a terminal how far long work has come. total 0: nobody knows how much there is.
func (e *Env) progress(what string, done, total int) {
	if !e.terminal() || total > 0 && total < progressEvery || done%progressEvery != 0 && done != total {
		return
	}
	end := ""
	if total > 0 {
		end = fmt.Sprintf(" of %d", total)
	}
	fmt.Fprintf(e.Err, "\r%ss: %d%s", what, done, end)
	if done == total {
		fmt.Fprintln(e.Err)
	}
}

// terminal says whether faults and progress are read by a person.
func (e *Env) terminal() bool {
	f, ok := e.Err.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
