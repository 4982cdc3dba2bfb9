package holdfast.order;

import holdfast.payment.CapturePolicy;

/// Takes the money of orders that are placed, once that is committed.
public interface Captures {

    CapturePolicy policy();

    /// Sends a request whose order is committed, soon, in a thread of its own; not where its money awaits the
    /// shipment. Where that never comes to pass, somebody else sends it when its lease is over.
    void begin(Capture capture);
}
