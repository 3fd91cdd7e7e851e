package store

import (
	"context"
	"slices"

	"github.com/tenbells/tenbells/articles"
)

// PutAll is Put for many articles in one transaction, all or none: feed.Archive. Receipts come in the articles' order.
func (s *Store) PutAll(ctx context.Context, all []articles.Article) (receipts []articles.Receipt, err error) {
	all = slices.Clone(all)
	for i := range all {
		all[i] = mended(all[i])
	}
	for range lostRaces {
		err = s.changing(ctx, Articles, func(tx execer) error {
			receipts = receipts[:0]
			for _, a := range all {
				r, err := s.put(ctx, tx, a)
				if err != nil {
					return err
				}
				receipts = append(receipts, r)
			}
			return nil
		})
		if err == nil || !s.dialect.unique(err) { // another program has just inserted the same version
			break
		}
	}
	return receipts, failed("put articles", err)
}
