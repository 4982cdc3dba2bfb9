package holdfast.drill;

/// What became of a line of the files. Every line has one fate, and only one.
sealed interface Fate {

    /// Sold: it is in an order.
    record Placed() implements Fate {}

    /// Taken back from the order that had sold it, which was canceled as a whole or refunded in part.
    record GivenBack() implements Fate {}

    /// Ours to place or to give back, but the shop said no, or nothing earlier matches.
    record Refused(String reason) implements Fate {}

    /// No sale of a product, and nothing taken back from one.
    record Skipped(Skip reason) implements Fate {}
}
