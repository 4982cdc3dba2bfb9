package holdfast.console;

import holdfast.access.ApiKey;
import holdfast.access.AuditEntry;
import holdfast.access.AuditLog;
import holdfast.access.Deed;
import holdfast.access.Password;
import holdfast.access.Role;
import holdfast.access.Scope;
import holdfast.access.StaffMember;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who is let in, what was done by whom, and how the shop is set up.
final class AccessScreens {

    private static final String KEYS = "/console/keys";
    private static final String STAFF = "/console/staff";
    private static final String LOG = "/console/log";
    private static final String SETTINGS = "/console/settings";
    private static final int ROWS = 50;
    private static final int DAYS_MAX = 3_650;

    private final Console.Modules modules;

    AccessScreens(Console.Modules modules) {
        this.modules = modules;
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(KEYS, Role.ADMIN, desk -> showKeys(desk, null)),
                Screen.form(KEYS, Role.ADMIN, Deed.API_KEY_CREATED, this::createKey),
                Screen.form(KEYS + "/revoke", Role.ADMIN, Deed.API_KEY_REVOKED, this::revokeKey),
                Screen.page(STAFF, Role.ADMIN, desk -> showStaff(desk, null)),
                Screen.form(STAFF, Role.ADMIN, Deed.STAFF_CREATED, this::addStaff),
                Screen.form(STAFF + "/{id}", Role.ADMIN, Deed.STAFF_CHANGED, this::changeStaff),
                Screen.form(STAFF + "/{id}/password", Role.ADMIN, Deed.STAFF_PASSWORD_SET, this::newPassword),
                Screen.page("/console/me", Role.VIEWER, this::showMe),
                Screen.form("/console/me", Role.VIEWER, Deed.STAFF_PASSWORD_SET, this::ownPassword),
                Screen.page(LOG, Role.ADMIN, this::showLog),
                Screen.page(SETTINGS, Role.ADMIN, this::showSettings));
    }

    // ----------------------------------------------------------------------------------------------- keys

    /// @param told a key that was just made; null: none was
    record Keys(
            Shell shell,
            List<ApiKey> keys,
            boolean isFirst,
            @Nullable String next,
            @Nullable String told) {

        static String may(ApiKey key) {
            if (key.kind() == ApiKey.Kind.PUBLISHABLE) return "opens carts and checkouts";
            return key.scopes().contains(Scope.ADMIN) ? "runs the shop" : "sells";
        }
    }

    private void showKeys(Desk desk, @Nullable String told) {
        String cursor = desk.visit().query().textOrNull("cursor");
        Page<ApiKey> page = desk.read(tx -> modules.keys().page(tx, ROWS, cursor));
        String next = page.next() == null ? null : KEYS + "?cursor=" + page.next();
        desk.page("keys", new Keys(desk.shell("API keys", KEYS), page.data(), cursor == null, next, told));
    }

    private void createKey(Desk desk) {
        Form form = desk.form();
        ApiKey.Kind kind = form.text("may").equals("browse") ? ApiKey.Kind.PUBLISHABLE : ApiKey.Kind.SECRET;
        Set<Scope> scopes = switch (form.text("may")) {
            case "run" -> Set.of(Scope.ADMIN);
            case "sell" -> Set.of(Scope.STOREFRONT);
            default -> Set.of();
        };
        String key = ApiKey.of(kind, desk.credential(), desk.cause());
        UUID id = Ids.next();
        try {
            desk.tell(id.toString(), tx -> {
                String days = form.text("days");
                Instant expires =
                        days.isEmpty() ? null : tx.now().plus(Duration.ofDays(Words.count("days", days, 1, DAYS_MAX)));
                modules.keys().create(tx, id, new ApiKey.Terms(form.text("title"), kind, scopes, expires), key);
            });
        } catch (Refusal refusal) {
            refused(desk, refusal, KEYS);
            return;
        }
        showKeys(desk, key);
    }

    private static void refused(Desk desk, Refusal refusal, String back) {
        desk.visit().flash(Flash.bad(Desk.words(refusal)));
        desk.visit().seeOther(back);
    }

    private void revokeKey(Desk desk) {
        UUID id = uuid(desk.form().text("id"));
        desk.act(id.toString(), KEYS, tx -> {
            if (!modules.keys().revoke(tx, id)) throw Desk.notFound();
            return "The key is revoked. It opens nothing any more.";
        });
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw Desk.notFound();
        }
    }

    // ---------------------------------------------------------------------------------------------- staff

    /// A password that is told once.
    record Told(String name, String email, String password) {}

    record Staff(
            Shell shell,
            List<StaffMember> members,
            List<Role> roles,
            boolean isFirst,
            @Nullable String next,
            @Nullable Told told) {}

    private void showStaff(Desk desk, @Nullable Told told) {
        String cursor = desk.visit().query().textOrNull("cursor");
        UUID after = cursor == null ? null : uuid(cursor);
        Page<StaffMember> page = desk.read(tx -> modules.staff().page(tx, ROWS, after));
        String next = page.next() == null ? null : STAFF + "?cursor=" + page.next();
        desk.page(
                "staff",
                new Staff(
                        desk.shell("Staff", STAFF),
                        page.data(),
                        Arrays.asList(Role.values()),
                        cursor == null,
                        next,
                        told));
    }

    private void addStaff(Desk desk) {
        Form form = desk.form();
        String email = form.text("email");
        String password = Password.of(desk.credential(), desk.cause());
        UUID id = Ids.next();
        try {
            if (!Email.isValid(email)) throw Refusal.invalid("email", "malformed", "Must be an e-mail address");
            desk.tell(
                    id.toString(),
                    tx -> modules.staff().add(tx, id, form.text("name"), Email.of(email), role(form), password));
        } catch (Refusal refusal) {
            refused(desk, refusal, STAFF);
            return;
        }
        showStaff(desk, new Told(form.text("name"), email, password));
    }

    private static Role role(Form form) {
        return Arrays.stream(Role.values())
                .filter(role -> role.code().equals(form.text("role")))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid("role", "unknown", "Choose a role"));
    }

    private void changeStaff(Desk desk) {
        UUID id = desk.id("id");
        Form form = desk.form();
        desk.act(id.toString(), STAFF, tx -> {
            StaffMember member = modules.staff().change(tx, id, form.text("name"), role(form), form.has("disabled"));
            return member.isDisabled()
                    ? member.name() + " is not let in any more."
                    : member.name() + " is " + Words.plain(member.role().code()).toLowerCase(Locale.ROOT) + ".";
        });
    }

    private void newPassword(Desk desk) {
        UUID id = desk.id("id");
        String password = Password.of(desk.credential(), desk.cause());
        desk.tell(id.toString(), tx -> modules.staff().setPassword(tx, id, password));
        StaffMember member = desk.read(tx -> modules.staff().find(tx, id)).orElseThrow(Desk::notFound);
        showStaff(desk, new Told(member.name(), member.email().address(), password));
    }

    record Me(Shell shell) {}

    private void showMe(Desk desk) {
        desk.page("me", new Me(desk.shell("Your account", "/console/me")));
    }

    private void ownPassword(Desk desk) {
        Form form = desk.form();
        UUID me = desk.session().staff();
        if (!modules.sessions().isPassword(me, form.text("password"))) {
            desk.visit().flash(Flash.bad("That is not your password."));
            desk.visit().seeOther("/console/me");
            return;
        }
        try {
            desk.record(me.toString(), tx -> modules.staff().setPassword(tx, me, form.text("new_password")));
        } catch (Refusal refusal) {
            refused(desk, refusal, "/console/me");
            return;
        }
        desk.visit().flash(Flash.good("Your password is changed. Sign in with it."));
        desk.visit().seeOther(Console.LOGIN);
    }

    // ------------------------------------------------------------------------------------------------ log

    record LogPage(
            Shell shell,
            List<AuditEntry> entries,
            List<Deed> deeds,
            String deed,
            String subject,
            boolean isFirst,
            @Nullable String next) {

        static String who(AuditEntry entry) {
            if (entry.by() != null) return entry.by();
            return entry.actor().kind().code().equals("system") ? "the shop itself" : "somebody";
        }
    }

    private void showLog(Desk desk) {
        Form query = desk.visit().query();
        String deed = query.text("deed");
        String subject = query.text("subject");
        String cursor = query.textOrNull("cursor");
        Deed of = Arrays.stream(Deed.values())
                .filter(each -> each.code().equals(deed))
                .findFirst()
                .orElse(null);
        var filter = new AuditLog.Filter(of, subject.isEmpty() ? null : subject, null);
        Page<AuditEntry> page = desk.read(tx -> modules.auditLog().list(tx, filter, ROWS, cursor));
        String next = page.next() == null
                ? null
                : LOG + "?deed=" + URLEncoder.encode(deed, StandardCharsets.UTF_8) + "&subject="
                        + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "&cursor=" + page.next();
        desk.page(
                "log",
                new LogPage(
                        desk.shell("Audit log", LOG),
                        page.data(),
                        Arrays.asList(Deed.values()),
                        deed,
                        subject,
                        cursor == null,
                        next));
    }

    record Settings(Shell shell, List<Console.Setting> settings) {}

    private void showSettings(Desk desk) {
        desk.page("settings", new Settings(desk.shell("Settings", SETTINGS), modules.settings()));
    }
}
