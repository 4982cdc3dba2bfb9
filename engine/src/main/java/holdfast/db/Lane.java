package holdfast.db;

/// Which commands share a queue, a writer and a transaction. Two writers on one hot row would halve each other,
/// with the flush inside the lock: so what every shopper does to stock is in one lane. And kinds of commands that
/// lock the same tables in another order are in different lanes.
public enum Lane {

    /// Whatever takes or gives back stock for every shopper.
    STOCK,

    /// Payments that begin. They lock their holds and discount codes; stock only for an order over nothing, and
    /// with the strategy `redis`, which takes here what it had only promised.
    MONEY,

    /// What is written down beside that, and never locks stock: money that was taken, places in the queue of a
    /// sale.
    BOOKS
}
