package holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import holdfast.TestDatabase;
import holdfast.access.Principal.PublishableKey;
import holdfast.access.Principal.SecretKey;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Keys: who gets in with them, and for how long.
class ApiKeysTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final ApiKeys keys = new ApiKeys(DATABASE.database());

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void a_secret_key_opens_what_its_scopes_say() {
        String key = issue("storefront", Scope.STOREFRONT);
        assertThat(key).matches("hf_sk_[A-Za-z0-9_-]{43}");
        assertThat(keys.authenticate(key)).hasValueSatisfying(principal -> {
            assertThat(principal).isInstanceOf(SecretKey.class);
            assertThat(((SecretKey) principal).has(Scope.STOREFRONT)).isTrue();
            assertThat(((SecretKey) principal).has(Scope.ADMIN)).isFalse();
        });
    }

    @Test
    void the_scope_admin_includes_the_storefront() {
        assertThat(keys.authenticate(issue("office", Scope.ADMIN)))
                .hasValueSatisfying(key ->
                        assertThat(((SecretKey) key).has(Scope.STOREFRONT)).isTrue());
    }

    @Test
    void a_publishable_key_is_one() {
        String key = DATABASE.database().inTransaction(tx -> keys.issuePublishable(tx, "browser"));
        assertThat(key).startsWith("hf_pk_");
        assertThat(keys.authenticate(key))
                .hasValueSatisfying(it -> assertThat(it).isInstanceOf(PublishableKey.class));
    }

    @Test
    void nothing_but_the_hash_is_kept() {
        String key = issue("hidden", Scope.ADMIN);
        String rows = DATABASE.database()
                .inTransaction(tx -> tx.query("select string_agg(k::text, ' ') from api_key k")
                        .mapTo(String.class)
                        .one());
        assertThat(rows).contains("hidden").doesNotContain(key).doesNotContain(key.substring(6));
    }

    @Test
    void what_was_never_a_key_lets_nobody_in() {
        assertThat(keys.authenticate("")).isEmpty();
        assertThat(keys.authenticate("hf_sk_")).isEmpty();
        assertThat(keys.authenticate(Token.make("hf_sk_"))).isEmpty();
        assertThat(keys.authenticate(Token.make("hf_cs_"))).isEmpty();
    }

    @Test
    void a_revoked_key_is_refused_at_once_by_whoever_has_not_just_seen_it() {
        String key = issue("leaked", Scope.ADMIN);
        var id = DATABASE.database().inTransaction(keys::list).getLast().id();
        assertThat(DATABASE.database().<Boolean>inTransaction(tx -> keys.revoke(tx, id)))
                .isTrue();
        assertThat(DATABASE.database().<Boolean>inTransaction(tx -> keys.revoke(tx, id)))
                .isFalse();
        assertThat(keys.authenticate(key)).isEmpty();
    }

    @Test
    void keys_are_revoked_by_their_title() {
        String one = issue("rotated", Scope.ADMIN);
        String other = issue("rotated", Scope.ADMIN);
        assertThat(DATABASE.database().<Integer>inTransaction(tx -> keys.revokeTitled(tx, "rotated")))
                .isEqualTo(2);
        assertThat(keys.authenticate(one)).isEmpty();
        assertThat(keys.authenticate(other)).isEmpty();
    }

    @Test
    void a_secret_that_is_issued_anew_is_of_the_same_caller() {
        String first = reissue("drill: again");
        var caller = keys.authenticate(first).orElseThrow();
        DATABASE.database().<Integer>inTransaction(tx -> keys.revokeTitled(tx, "drill: again"));

        String second = reissue("drill: again");

        assertThat(keys.authenticate(second)).hasValue(caller);
        assertThat(new ApiKeys(DATABASE.database()).authenticate(first)).isEmpty();
    }

    @Test
    void an_expired_key_is_refused() {
        String key = issue("old", Scope.ADMIN);
        DATABASE.database()
                .transact(tx -> tx.execute("update api_key set expires_at = shop_clock() where title = 'old'"));
        assertThat(keys.authenticate(key)).isEmpty();
    }

    @Test
    void a_key_from_elsewhere_is_adopted_once() {
        String key = Token.make("hf_sk_");
        for (int start = 0; start < 2; start++) {
            DATABASE.database().transact(tx -> keys.adoptSecret(tx, "demo", Set.of(Scope.ADMIN), key));
        }
        assertThat(keys.authenticate(key)).isPresent();
        assertThat(DATABASE.database().inTransaction(keys::list))
                .filteredOn(it -> it.title().equals("demo"))
                .hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DATABASE.database()
                        .transact(tx -> keys.adoptSecret(tx, "demo", Set.of(Scope.ADMIN), "letmein")))
                .withMessageNotContaining("letmein");
    }

    private String reissue(String title) {
        return DATABASE.database().inTransaction(tx -> keys.reissueSecret(tx, title, Set.of(Scope.ADMIN)));
    }

    private String issue(String title, Scope scope) {
        return DATABASE.database().inTransaction(tx -> keys.issueSecret(tx, title, Set.of(scope)));
    }
}
