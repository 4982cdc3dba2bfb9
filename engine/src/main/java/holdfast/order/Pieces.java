package holdfast.order;

import holdfast.kernel.Quantity;

/// So many pieces of one line of an order.
public record Pieces(int lineNo, Quantity quantity) {}
