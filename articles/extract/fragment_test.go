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
