package holdfast.order;

/// Takes the money of orders that are placed, once that is committed.
public interface Captures {

    /// Sends a request whose order is committed, soon, in a thread of its own. Where that never comes to pass,
    /// somebody else sends it when its lease is over.
    void begin(Capture capture);
}
