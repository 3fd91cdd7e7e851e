package store

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// TestWhatWaitsIsSavedTogether holds the first save up until nine others wait.
func TestWhatWaitsIsSavedTogether(t *testing.T) {
	var g gathering
	var others sync.WaitGroup
	var saves []int
	broken := errors.New("disk full")
	begin := make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- g.save([]any{0}, func(all [][]any) error {
			close(begin)
			for {
				g.mu.Lock()
				waiting := len(g.waiting)
				g.mu.Unlock()
				if runtime.Gosched(); waiting == 9 {
					saves = append(saves, len(all))
					return nil
				}
			}
		})
	}()
	<-begin
	results := make([]error, 9)
	var seen []int
	for i := range 9 {
		others.Go(func() {
			results[i] = g.save([]any{i + 1}, func(all [][]any) error {
				for _, args := range all {
					seen = append(seen, args[0].(int))
				}
				saves = append(saves, len(all))
				return broken
			})
		})
	}
	others.Wait()
	if err := <-first; err != nil || !slices.Equal(saves, []int{1, 9}) {
		t.Errorf("saved %v at a time, %v", saves, err)
	}
	slices.Sort(seen)
	if !slices.Equal(seen, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}) || slices.ContainsFunc(results, func(err error) bool { return !errors.Is(err, broken) }) {
		t.Errorf("saved %v, %v", seen, results)
	}
}
