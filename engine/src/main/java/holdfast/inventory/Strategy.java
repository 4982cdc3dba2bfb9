package holdfast.inventory;

/// How stock is reserved: what a shop chooses between.
public enum Strategy {
    /// Each in a transaction of its own, which locks the stock first: the textbook, and the yardstick.
    PESSIMISTIC,

    /// Each in a transaction of its own, which finds out at the end whether somebody was quicker.
    OPTIMISTIC,

    /// In Redis, as long as nobody pays: keeps those who only look off the database.
    REDIS,

    /// All who wait share a transaction.
    BATCHED
}
