package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.db.Database;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// That a server is there is known as long as it is, whatever becomes of its connections.
class PresenceTest {

    private static final URI HERE = URI.create("http://127.0.0.1:8080");

    private final TestDatabase file = TestDatabase.create();
    private final Database database = file.database();

    @AfterEach
    void drop() {
        file.close();
    }

    @Test
    void the_first_is_alone_and_the_next_is_not() {
        try (var first = Presence.enter(file.url(), database);
                var second = Presence.enter(file.url(), database)) {
            assertThat(first.alone()).isTrue();
            assertThat(second.alone()).isFalse();
        }
    }

    @Test
    void a_server_whose_connection_was_cut_shows_itself_again() {
        try (var first = Presence.enter(file.url(), database)) {
            first.announce(HERE, "sandbox", HERE);
            cut();
            database.transact(tx -> tx.execute("delete from node")); // as one did who took itself to be alone

            first.renew();

            try (var second = Presence.enter(file.url(), database)) {
                assertThat(second.alone()).isFalse();
                assertThat(Presence.servers(database))
                        .extracting(Presence.Server::url)
                        .containsExactly(HERE);
            }
        }
    }

    @Test
    void a_server_that_has_withdrawn_is_not_announced_again() {
        try (var server = Presence.enter(file.url(), database)) {
            server.announce(HERE, "sandbox", HERE);
            server.withdraw();
            cut();
            server.renew();
            assertThat(Presence.servers(database)).isEmpty();
        }
    }

    /// Ends the connection of whoever is present.
    private void cut() {
        int ended =
                database.inTransaction(tx -> tx.query("""
                        select count(*) filter (where pg_terminate_backend(pid, 5000))
                          from pg_locks
                         where locktype = 'advisory' and mode = 'ShareLock'
                           and database = (select oid from pg_database where datname = current_database())
                        """).mapTo(Integer.class).one());
        assertThat(ended).isEqualTo(1);
    }
}
