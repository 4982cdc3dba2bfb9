package holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.TestDatabase;
import holdfast.db.Tx;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import holdfast.kernel.Refusal;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The staff: who is let in, and for how long.
class SessionsTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final AuditLog LOG = new AuditLog();
    private static final StaffMembers STAFF = new StaffMembers(LOG);
    private static final Sessions SESSIONS = new Sessions(DATABASE.database(), LOG);

    private static final String PASSWORD = "correct horse battery";
    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "203.0.113.9";

    @BeforeAll
    static void an_admin() {
        DATABASE.database().transact(tx -> STAFF.adopt(tx, "Ada", Email.of("ada@example.com"), PASSWORD));
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void whoever_knows_the_password_is_let_in() {
        hire("bea", Role.VIEWER);
        var welcome = (SignIn.Welcome) signIn("Bea@Example.com", PASSWORD, HOME);
        assertThat(SESSIONS.find(welcome.token(), true)).hasValueSatisfying(session -> {
            assertThat(session.email().address()).isEqualTo("bea@example.com");
            assertThat(session.role()).isEqualTo(Role.VIEWER);
        });
        assertThat(signIn("bea@example.com", PASSWORD + "x", HOME)).isEqualTo(new SignIn.Unknown());
        assertThat(signIn("nobody@example.com", PASSWORD, HOME)).isEqualTo(new SignIn.Unknown());
        String kept = DATABASE.database()
                .read(tx -> tx.query("select (select string_agg(s::text, ' ') from staff s) || "
                                + "(select string_agg(s::text, ' ') from staff_session s)")
                        .mapTo(String.class)
                        .one());
        assertThat(kept).doesNotContain(PASSWORD).doesNotContain(welcome.token());
    }

    @Test
    void a_session_ends_when_it_is_left() {
        hire("cyd", Role.STAFF);
        String token = ((SignIn.Welcome) signIn("cyd@example.com", PASSWORD, HOME)).token();
        SESSIONS.end(token, Ids.next());
        assertThat(SESSIONS.find(token, true)).isEmpty();
    }

    @Test
    void a_session_ends_when_it_is_not_used_and_looking_on_is_no_use() {
        hire("dan", Role.STAFF);
        String used = ((SignIn.Welcome) signIn("dan@example.com", PASSWORD, HOME)).token();
        String watched = ((SignIn.Welcome) signIn("dan@example.com", PASSWORD, HOME)).token();
        for (int i = 0; i < 2; i++) {
            DATABASE.shiftClock(Duration.ofMinutes(20));
            assertThat(SESSIONS.find(used, true)).isPresent();
            assertThat(SESSIONS.find(watched, false).isPresent()).isEqualTo(i == 0);
        }
        for (int i = 0; i < 40; i++) {
            DATABASE.shiftClock(Duration.ofMinutes(18));
            SESSIONS.find(used, true);
        }
        assertThat(SESSIONS.find(used, true)).as("after twelve hours").isEmpty();
    }

    @Test
    void a_session_ends_with_the_rights_it_was_opened_with() {
        UUID eve = hire("eve", Role.STAFF);
        String token = ((SignIn.Welcome) signIn("eve@example.com", PASSWORD, HOME)).token();
        transact(tx -> STAFF.change(tx, eve, "Evelyn", Role.STAFF, false));
        assertThat(SESSIONS.find(token, true)).isPresent();
        transact(tx -> STAFF.change(tx, eve, "Evelyn", Role.VIEWER, false));
        assertThat(SESSIONS.find(token, true)).isEmpty();

        String again = ((SignIn.Welcome) signIn("eve@example.com", PASSWORD, HOME)).token();
        transact(tx -> STAFF.setPassword(tx, eve, "another fine secret"));
        assertThat(SESSIONS.find(again, true)).isEmpty();
        assertThat(signIn("eve@example.com", PASSWORD, HOME)).isEqualTo(new SignIn.Unknown());

        transact(tx -> STAFF.change(tx, eve, "Evelyn", Role.VIEWER, true));
        assertThat(signIn("eve@example.com", "another fine secret", HOME)).isEqualTo(new SignIn.Unknown());
    }

    @Test
    void whoever_guesses_is_stopped_and_keeps_nobody_else_out() {
        hire("fay", Role.STAFF);
        for (int i = 0; i < Sessions.TRIES_OF_BOTH_MAX; i++) tried("fay@example.com", ELSEWHERE);
        assertThat(signIn("fay@example.com", PASSWORD, ELSEWHERE)).isEqualTo(new SignIn.TooMany());
        assertThat(signIn("fay@example.com", PASSWORD, HOME)).isInstanceOf(SignIn.Welcome.class);

        for (int i = 0; i < Sessions.TRIES_FOR_MAX; i++) tried("fay@example.com", "198.51.100." + i);
        assertThat(signIn("fay@example.com", PASSWORD, "198.51.100.200")).isEqualTo(new SignIn.TooMany());
        assertThat(signIn("fay@example.com", PASSWORD, HOME))
                .as("from where they were before")
                .isInstanceOf(SignIn.Welcome.class);

        DATABASE.shiftClock(Duration.ofMinutes(16));
        assertThat(signIn("fay@example.com", PASSWORD, "198.51.100.200")).isInstanceOf(SignIn.Welcome.class);
    }

    /// As if a password had been tried in vain.
    private static void tried(String email, String address) {
        transact(tx -> tx.update("insert into sign_in_try (id, email_sha256, address) values (:id, :email, :address)")
                .bind("id", Ids.next())
                .bind("email", Token.sha256(email))
                .bind("address", address)
                .execute());
    }

    @Test
    void the_shop_is_never_without_an_admin() {
        UUID ada = DATABASE.database().read(tx -> STAFF.page(tx, 10, null)).data().stream()
                .filter(member -> member.role() == Role.ADMIN)
                .findFirst()
                .orElseThrow()
                .id();
        assertThatThrownBy(() -> transact(tx -> STAFF.change(tx, ada, "Ada", Role.STAFF, false)))
                .isInstanceOf(Refusal.class)
                .hasMessage("The shop would be without an admin");
        assertThatThrownBy(() -> transact(tx -> STAFF.change(tx, ada, "Ada", Role.ADMIN, true)))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void a_password_that_is_tried_first_is_refused() {
        Email email = Email.of("margaret@example.com");
        assertThat(Password.weakness("short", email)).hasValue("must be at least 12 characters");
        assertThat(Password.weakness("aaaaaaaaaaaaaaa", email)).isPresent();
        assertThat(Password.weakness("Password2026!!", email)).isPresent();
        assertThat(Password.weakness("my name is Margaret", email)).isPresent();
        assertThat(Password.weakness(PASSWORD, email)).isEmpty();
        assertThat(Password.weakness(Password.make(), email)).isEmpty();
        assertThatThrownBy(() -> hire("guy", "x".repeat(20), Role.VIEWER)).isInstanceOf(Refusal.class);
    }

    private static UUID hire(String name, Role role) {
        return hire(name, PASSWORD, role);
    }

    private static UUID hire(String name, String password, Role role) {
        UUID id = Ids.next();
        transact(tx -> STAFF.add(tx, id, name, Email.of(name + "@example.com"), role, password));
        return id;
    }

    private static SignIn signIn(String email, String password, String address) {
        return SESSIONS.signIn(email, password, address, Ids.next());
    }

    private static void transact(Consumer<Tx> work) {
        DATABASE.database().transact(work);
    }
}
