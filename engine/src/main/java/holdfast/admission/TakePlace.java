package holdfast.admission;

import holdfast.db.Command;
import holdfast.kernel.Sku;

/// A visitor takes a place in the queue of a sale. Answered with its number, or 0 if there is no such sale;
/// the same one again if they have a place already that they have not missed.
record TakePlace(Sku sku, byte[] secretSha256) implements Command<Long> {}
