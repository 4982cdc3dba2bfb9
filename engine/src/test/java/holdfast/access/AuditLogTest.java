package holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.TestDatabase;
import holdfast.access.AuditLog.Filter;
import holdfast.db.Tx;
import holdfast.kernel.Ids;
import holdfast.kernel.Page;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The audit log: what stands in it, and that it stays.
class AuditLogTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final AuditLog log = new AuditLog();
    private final ApiKeys keys = new ApiKeys(DATABASE.database());
    private final UUID request = Ids.next();
    private final Actor shop = Actor.system(request);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void an_entry_says_who_did_what_to_what_and_what_changed() {
        UUID id = Ids.next();
        var terms = new ApiKey.Terms("office", ApiKey.Kind.SECRET, Set.of(Scope.ADMIN), null);
        String key = ApiKey.make(ApiKey.Kind.SECRET);
        DATABASE.database()
                .transact(tx -> log.record(
                        tx, shop, Deed.API_KEY_CREATED, id.toString(), () -> keys.create(tx, id, terms, key)));
        Actor office = new Actor(Actor.Kind.KEY, id, Ids.next());
        DATABASE.database()
                .transact(tx -> log.record(tx, office, Deed.API_KEY_REVOKED, id.toString(), () -> keys.revoke(tx, id)));

        Page<AuditEntry> page = list(new Filter(null, id.toString(), null));
        assertThat(page.data())
                .extracting(AuditEntry::deed)
                .containsExactly(Deed.API_KEY_REVOKED, Deed.API_KEY_CREATED);
        AuditEntry created = page.data().getLast();
        assertThat(created.actor()).isEqualTo(shop);
        assertThat(created.by()).isNull();
        assertThat(created.before()).isNull();
        assertThat(created.after()).contains("\"title\": \"office\"").doesNotContain("sha256");
        AuditEntry revoked = page.data().getFirst();
        assertThat(revoked.by()).isEqualTo("office");
        assertThat(revoked.before()).isEqualTo("{\"revoked_at\": null}");
        assertThat(revoked.after()).startsWith("{\"revoked_at\": \"");
        assertThat(revoked.previous()).isEqualTo(created.hash());
        assertThat(list(new Filter(Deed.API_KEY_REVOKED, null, id)).data()).containsExactly(revoked);
    }

    @Test
    void what_is_undone_is_not_in_it() {
        long before = entries();
        assertThatThrownBy(() -> DATABASE.database()
                        .transact(tx -> log.record(tx, shop, Deed.PAYMENTS_RECONCILED, null, () -> {
                            throw new IllegalStateException("in vain");
                        })))
                .hasMessage("in vain");
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void it_is_read_page_by_page() {
        for (int i = 0; i < 3; i++) {
            DATABASE.database().transact(tx -> log.record(tx, shop, Deed.PAYMENTS_RECONCILED, null, () -> true));
        }
        var filter = new Filter(Deed.PAYMENTS_RECONCILED, null, null);
        Page<AuditEntry> first = DATABASE.database().read(tx -> log.list(tx, filter, 2, null));
        Page<AuditEntry> rest = DATABASE.database().read(tx -> log.list(tx, filter, 2, first.next()));
        assertThat(first.data()).hasSize(2);
        assertThat(rest.data().getFirst().seq())
                .isLessThan(first.data().getLast().seq());
    }

    @Test
    void nobody_changes_it() {
        DATABASE.database().transact(tx -> log.record(tx, shop, Deed.PAYMENTS_RECONCILED, null, () -> true));
        for (String sql :
                new String[] {"update audit_log set deed = 'x'", "delete from audit_log", "truncate audit_log"}) {
            assertThatThrownBy(() -> DATABASE.database().transact((Tx tx) -> tx.execute(sql)))
                    .hasRootCauseMessage("ERROR: The audit log is append-only");
        }
    }

    private Page<AuditEntry> list(Filter filter) {
        return DATABASE.database().read(tx -> log.list(tx, filter, 50, null));
    }

    private static long entries() {
        return DATABASE.database()
                .read(tx -> tx.query("select count(*) from audit_log")
                        .mapTo(Long.class)
                        .one());
    }
}
