package web

import (
	_ "embed"
	"net/http"
)

// document is the API in the words of OpenAPI 3.1, written by hand: it is a promise, not an echo of the code.
//
//go:embed openapi.json
var document []byte

// openAPI answers the document.
func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(document)
	return err
}
