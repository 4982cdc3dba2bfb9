package holdfast.db;

/// Which commands share a queue and a writer. Two writers on one hot row would halve each other, with the flush
/// inside the lock: so all that takes or gives back stock is in one lane.
public enum Lane {

    /// Whatever may touch stock.
    STOCK,

    /// Payments and answers, which lock nothing but their own rows; stock only for an order over nothing.
    MONEY
}
