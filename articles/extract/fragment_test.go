package extract

import (
	"slices"
	"strings"
	"testing"
)

func TestFragmentIsPlainText(t *testing.T) {
	cases := []struct {
		markup string
		want   []string
	}{
		{"Plain & simple, 3 < 4", []string{"Plain & simple, 3 < 4"}},
		{"<p>One <b>bold</b> word.</p><p>Two&nbsp;words</p>", []string{"One bold word.", "Two words"}},
		{"one<br>line<br><br>two", []string{"one line", "two"}},
		{"<script>alert(1)</script>text<style>p{}</style>", []string{"text"}},
		{"<figure><img src=x><figcaption>A picture</figcaption></figure><p>Text", []string{"Text"}},
		{"<p>Text</p><p style='Display : none'>counted</p><p hidden>counted</p><p aria-hidden=true>counted</p>", []string{"Text"}},
		{"AT&amp;amp;T", []string{"AT&amp;T"}},
		{"  ", nil},
		{strings.Repeat("<div>", 2000) + "deep", nil},
	}
	for _, tt := range cases {
		if got := Fragment(tt.markup); !slices.Equal(got, tt.want) {
			t.Errorf("%.40q: %q, want %q", tt.markup, got, tt.want)
		}
	}
}

// Whatever markup a feed has in its texts, paragraphs of plain text come of it: none empty, and not longer than it was.
func FuzzFragment(f *testing.F) {
	for _, seed := range []string{"<p>One <b>bold</b> word.</p><p>Two&nbsp;words</p>", "<script>x</script>&amp;amp;", "<svg><p>x", "<table><td>a<td>b", "a\x00<!--", "<select><option>x<template>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		total := 0
		for _, p := range Fragment(markup) {
			if total += len(p); strings.TrimSpace(p) == "" || strings.ContainsAny(p, "\n\r") {
				t.Errorf("%q became %q", markup, p)
			}
		}
		if total > 8*len(markup)+16 {
			t.Errorf("%d bytes became %d", len(markup), total)
		}
	})
}
