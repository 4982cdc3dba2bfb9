package holdfast.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import holdfast.access.Actor;
import holdfast.access.Deed;
import holdfast.access.Role;
import holdfast.access.Session;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.pages.Csrf;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.Visit;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Somebody of the staff at a page of theirs: who they are is known, and that they may have it.
final class Desk {

    /// The hidden field that names what a form does.
    private static final String ONCE = "once";

    private static final Pattern ONCE_SHAPE = Pattern.compile("[0-9a-f-]{36}");
    private static final Duration RETENTION = Duration.ofDays(30);

    private final Visit visit;
    private final Screen screen;
    private final Session session;
    private final String token;
    private final Console.Modules modules;
    private @Nullable Form form;

    Desk(Visit visit, Screen screen, Session session, String token, Console.Modules modules) {
        this.visit = visit;
        this.screen = screen;
        this.session = session;
        this.token = token;
        this.modules = modules;
    }

    Visit visit() {
        return visit;
    }

    Session session() {
        return session;
    }

    Actor actor() {
        return session.actor(visit.id());
    }

    /// The form that was sent; read once.
    Form form() {
        if (form == null) form = visit.form();
        return form;
    }

    String path(String name) {
        return visit.path(name);
    }

    UUID id(String name) {
        try {
            return UUID.fromString(visit.path(name));
        } catch (IllegalArgumentException _) {
            throw notFound();
        }
    }

    static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is nothing at this address.");
    }

    <T> T read(Function<Tx, T> work) {
        return modules.database().read(work);
    }

    Shell shell(String title, String section) {
        long stuck = modules.database()
                .read(tx -> tx.query(
                                "select count(*) from (select from work_item where resolved_at is null limit :most) w")
                        .bind("most", Shell.STUCK_COUNTED_MAX + 1)
                        .mapTo(Long.class)
                        .one());
        return new Shell(visit.head(title).with("console.js"), session, section, Csrf.token(token), stuck);
    }

    void page(String template, Object model) {
        visit.page("console/" + template, model);
    }

    /// Does the work once, however often the form is sent, and writes it into the audit log by the same
    /// transaction. Then leads back, with a word on how it went.
    ///
    /// @param subject what it is done to; null: to nothing in particular
    /// @param work returns that word
    void act(@Nullable String subject, String back, Function<Tx, String> work) {
        visit.flash(said(() -> once(subject, work)));
        visit.seeOther(back);
    }

    /// As [#act], for what is not refused by exceptions of its own before it begins.
    void act(@Nullable String subject, String back, Runnable before, Function<Tx, String> work, Runnable after) {
        visit.flash(said(() -> {
            before.run();
            Answer answer = once(subject, work);
            after.run();
            return answer;
        }));
        visit.seeOther(back);
    }

    private interface Doing {
        Answer answer();
    }

    private static Flash said(Doing doing) {
        try {
            Answer answer = doing.answer();
            String text = new String(answer.body(), UTF_8);
            return answer.status() == 200 ? Flash.good(text) : Flash.bad(text);
        } catch (Refusal refusal) {
            if (refusal.problem() == Problem.NOT_FOUND || refusal.problem().status() >= 500) throw refusal;
            return Flash.bad(words(refusal));
        }
    }

    private Answer once(@Nullable String subject, Function<Tx, String> work) {
        return modules.idempotency()
                .once(
                        use(),
                        tx -> answer(
                                200, modules.auditLog().record(tx, actor(), deed(), subject, () -> work.apply(tx))));
    }

    /// As [#act], for what tells a secret that is told only here: one that is made of [#credential] and
    /// [#cause], so that the same form, sent again, does nothing and tells the same.
    ///
    /// @throws Refusal whatever the work was refused for
    void tell(String subject, Consumer<Tx> work) {
        Answer answer = once(subject, tx -> {
            work.accept(tx);
            return "";
        });
        if (answer.status() != 200) throw Problem.IN_USE.refuse(new String(answer.body(), UTF_8));
    }

    /// What only this session has. A form of another session is none of ours, so it is the same for the same
    /// form.
    String credential() {
        return token;
    }

    /// Does the work and writes it into the audit log, each time.
    void record(String subject, Consumer<Tx> work) {
        modules.database()
                .transact(tx -> modules.auditLog().record(tx, actor(), deed(), subject, () -> {
                    work.accept(tx);
                    return true;
                }));
    }

    private Deed deed() {
        return requireNonNull(screen.deed());
    }

    /// What names this request wherever something happens once.
    KeyUse use() {
        String once = form().text(ONCE);
        if (!ONCE_SHAPE.matcher(once).matches()) {
            throw Refusal.invalid(ONCE, "malformed", "This form is not one of ours. Load the page again.");
        }
        return new KeyUse("staff:" + session.staff() + " " + screen.path(), once, fingerprint(), RETENTION);
    }

    String cause() {
        KeyUse use = use();
        return use.scope() + " " + use.key();
    }

    private byte[] fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(visit.path().getBytes(UTF_8));
            for (String name : form().names()) {
                sha256.update((byte) 0);
                sha256.update((name + "=" + String.join("\u0000", form().all(name))).getBytes(UTF_8));
            }
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /// What is said of a refusal, in one line.
    static String words(Refusal refusal) {
        if (refusal.errors().isEmpty()) return refusal.detail();
        return refusal.errors().stream()
                .map(error -> error.field().replace('_', ' ') + ": " + error.message())
                .collect(Collectors.joining("; "));
    }

    static Answer answer(int status, String text) {
        return Answer.of(status, text.getBytes(UTF_8));
    }

    boolean mayAct() {
        return session.role().includes(Role.STAFF);
    }
}
