package holdfast.db;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/// How many statements some work sends to the database.
public final class StatementCount {

    private StatementCount() {}

    public static int of(String url, Consumer<Tx> work) {
        var count = new AtomicInteger();
        Jdbi jdbi = Jdbi.create(url);
        jdbi.useTransaction(handle -> {
            handle.execute("set local search_path to " + Database.SCHEMA);
            handle.setSqlLogger(new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                    count.incrementAndGet();
                }
            });
            work.accept(new Tx(handle));
        });
        return count.get();
    }
}
