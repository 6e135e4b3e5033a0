//! Values that cross every boundary: ids, bounded text, places and times, languages, limits.
