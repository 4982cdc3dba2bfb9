/// Stock: what is on hand, what is held for open checkouts, what is allocated to orders, and in which
/// warehouse.
///
/// `available = on hand − held − allocated`, computed, never stored, never negative. Locks on stock are taken
/// in the order of (sku, warehouse), in every statement.
@NullMarked
package holdfast.inventory;

import org.jspecify.annotations.NullMarked;
