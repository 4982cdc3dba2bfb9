package holdfast.inventory;

/// How what is on hand is to change, in pieces.
public sealed interface Change {

    /// So many more, or fewer; not 0.
    record By(long delta) implements Change {}

    /// To what was counted; not below 0.
    record To(long onHand) implements Change {}

    /// By what has arrived; above 0.
    record Received(long pieces) implements Change {}
}
