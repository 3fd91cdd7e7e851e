package feed

// Kind is how a source speaks.
type Kind string

const (
	RSS     Kind = "rss"
	Atom    Kind = "atom"
	JSON    Kind = "json"
	Sitemap Kind = "sitemap"
	Index   Kind = "index"  // a sitemap of sitemaps, or a robots.txt that names some
	Folder  Kind = "folder" // no feed: the watched folder
	Push    Kind = "push"   // no feed: what is sent to us
)
