package holdfast.catalog;

import holdfast.db.Tx;

/// The number that goes up with every change of the catalog.
public final class Revision {

    private Revision() {}

    static long read(Tx tx) {
        return tx.query("select revision from catalog_revision")
                .mapTo(Long.class)
                .one();
    }

    /// Counts one change. The one row is everybody's, so this is the last statement of a transaction.
    public static void advance(Tx tx) {
        tx.update("update catalog_revision set revision = revision + 1").execute();
    }
}
