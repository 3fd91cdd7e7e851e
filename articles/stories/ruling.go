package stories

import "github.com/tenbells/tenbells/articles"

// forwarded is the story that another was merged into, or itself.
func (ix *Index) forwarded(id articles.StoryID) articles.StoryID {
	for range len(ix.merged) + 1 {
		into, merged := ix.merged[id]
		if !merged {
			break
		}
		id = into
	}
	return id
}
