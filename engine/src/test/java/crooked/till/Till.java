package crooked.till;

import crooked.kernel.Currency;
import crooked.shelf.Shelf;

/// Breaks nothing: a till may use the shelf and the kernel.
public record Till(Shelf shelf, Currency currency) {}
