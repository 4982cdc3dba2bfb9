/// What the shop sells and for how much: products, tax and shipping rates, discount codes, and the quote made
/// of them.
///
/// Everything written here counts up one number, the catalog's revision, so that a quote knows whether it is
/// still true. Prices exclude tax.
@NullMarked
package holdfast.catalog;

import org.jspecify.annotations.NullMarked;
