package holdfast.payment;

/// When the money of an order is taken: once, and the whole of it.
public enum CapturePolicy {
    /// Right after the order is placed.
    ORDER,
    /// When something of the order is first to be shipped.
    SHIPMENT
}
