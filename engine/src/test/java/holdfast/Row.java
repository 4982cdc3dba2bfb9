package holdfast;

import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// A row that others lock, seen from outside the shop: by a connection of its own.
public record Row(TestDatabase database, String table, String key, String value) {

    public static Row of(TestDatabase database, String table, String key, UUID value) {
        return new Row(database, table, key, value.toString());
    }

    /// Keeps the row locked until it is closed.
    public interface Kept extends AutoCloseable {
        @Override
        void close();
    }

    public Kept keep() {
        Handle handle = Jdbi.open(database.url());
        handle.begin();
        if (rows(handle, "for update") != 1) throw new IllegalStateException("There is no such row: " + this);
        return () -> {
            handle.rollback();
            handle.close();
        };
    }

    /// Whether nobody has it locked.
    public boolean isFree() {
        return Jdbi.create(database.url()).inTransaction(handle -> rows(handle, "for update skip locked")) == 1;
    }

    private int rows(Handle handle, String locking) {
        return handle.createQuery("select 1 from holdfast.%s where %s = '%s' %s".formatted(table, key, value, locking))
                .mapTo(Integer.class)
                .list()
                .size();
    }
}
