package holdfast.console;

import holdfast.access.Deed;
import holdfast.access.Role;
import holdfast.checkout.Saga;
import holdfast.kernel.Checks;
import holdfast.kernel.Page;
import holdfast.kernel.PaymentId;
import holdfast.pages.Form;
import holdfast.reconcile.Report;
import holdfast.reconcile.Webhooks;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person has to look at, and whether the books agree.
final class WorkScreens {

    private static final String HERE = "/console/work";
    private static final String CHECKS = "/console/checks";
    private static final int ROWS = 25;
    private static final int LETTERS = 50;
    private static final int REPORTS = 12;
    private static final int NOTE_LENGTH_MAX = 500;

    private final Console.Modules modules;
    private final AuditRuns audits;

    WorkScreens(Console.Modules modules) {
        this.modules = modules;
        this.audits = new AuditRuns(modules.database(), modules.audit());
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(HERE, Role.VIEWER, this::list),
                Screen.page("/console/payments/{id}", Role.VIEWER, this::show),
                Screen.form("/console/payments/{id}/retry", Role.STAFF, Deed.SAGA_RETRIED, this::retry),
                Screen.form("/console/payments/{id}/resolve", Role.STAFF, Deed.SAGA_RESOLVED, this::resolve),
                Screen.form("/console/webhooks/retry", Role.STAFF, Deed.WEBHOOK_RETRIED, this::retryWebhook),
                Screen.page(CHECKS, Role.VIEWER, this::checks),
                Screen.form("/console/checks/reconcile", Role.STAFF, Deed.PAYMENTS_RECONCILED, this::reconcile),
                Screen.look("/console/checks/audit", Role.STAFF, this::audit));
    }

    /// A webhook that could not be looked at.
    record Letter(String gateway, Webhooks.Notice notice) {}

    record Work(
            Shell shell,
            List<Saga> stuck,
            boolean isFirst,
            @Nullable String next,
            List<Letter> letters,
            boolean moreLetters) {}

    private void list(Desk desk) {
        String cursor = desk.visit().query().textOrNull("cursor");
        Shell shell = desk.shell("Work list", HERE);
        Work work = desk.read(tx -> {
            Page<Saga> page = modules.sagas().list(tx, true, ROWS, cursor);
            var letters = new ArrayList<Letter>();
            boolean more = false;
            for (String gateway : modules.gateways()) {
                var dead = modules.webhooks().list(tx, gateway, Webhooks.State.DEAD, LETTERS, null);
                dead.data().forEach(notice -> letters.add(new Letter(gateway, notice)));
                more |= dead.next() != null;
            }
            String next = page.next() == null
                    ? null
                    : HERE + "?cursor=" + URLEncoder.encode(page.next(), StandardCharsets.UTF_8);
            return new Work(shell, page.data(), cursor == null, next, letters, more);
        });
        desk.page("work", work);
    }

    record Payment(Shell shell, Saga saga, OrderStory story) {}

    private void show(Desk desk) {
        var id = new PaymentId(desk.id("id"));
        Shell shell = desk.shell("Payment", HERE);
        desk.page("payment", desk.read(tx -> {
            Saga saga = modules.sagas().find(tx, id).orElseThrow(Desk::notFound);
            return new Payment(shell, saga, OrderStory.read(tx, saga.checkout()));
        }));
    }

    private void retry(Desk desk) {
        var id = new PaymentId(desk.id("id"));
        desk.act(
                id.toString(),
                "/console/payments/" + id,
                () -> {},
                tx -> {
                    modules.sagas().retry(tx, id);
                    return "It is being looked at now.";
                },
                modules.settlement()::wake);
    }

    private void resolve(Desk desk) {
        var id = new PaymentId(desk.id("id"));
        String note = desk.form().text("note");
        desk.act(
                id.toString(),
                HERE,
                () -> new Checks().text("note", note, NOTE_LENGTH_MAX).refuse(),
                tx -> {
                    modules.sagas().resolve(tx, id, note);
                    return "Resolved: " + note;
                },
                modules.settlement()::wake);
    }

    private void retryWebhook(Desk desk) {
        Form form = desk.form();
        String gateway = form.text("gateway");
        String event = form.text("event_id");
        desk.act(gateway + "/" + event, HERE, tx -> {
            Webhooks.Notice notice =
                    modules.webhooks().retry(tx, gateway, event).orElseThrow(Desk::notFound);
            return "The webhook " + notice.id() + " will be looked at again.";
        });
    }

    /// @param now when this page was made
    /// @param audit what came of the last one; null: there was none since this server was started
    record ChecksPage(
            Shell shell, Instant now, List<Report> reports, AuditRuns.@Nullable Result audit, boolean auditing) {

        /// The last one that came to its end.
        @Nullable
        Report latest() {
            return reports.stream()
                    .filter(report -> report.endedAt() != null)
                    .findFirst()
                    .orElse(null);
        }

        long discrepancies() {
            Report latest = latest();
            return latest == null
                    ? 0
                    : latest.findings().stream()
                            .filter(finding -> !finding.resolved())
                            .count();
        }

        static long resolved(Report report) {
            return report.findings().stream().filter(Report.Finding::resolved).count();
        }

        boolean isBusy() {
            return auditing || reports.stream().anyMatch(report -> report.endedAt() == null);
        }

        /// `40 seconds ago`
        String ago(Instant then) {
            long seconds = Math.max(0, now.getEpochSecond() - then.getEpochSecond());
            if (seconds < 100) return seconds + (seconds == 1 ? " second ago" : " seconds ago");
            if (seconds < 6_000) return seconds / 60 + " minutes ago";
            return seconds < 172_800 ? seconds / 3_600 + " hours ago" : seconds / 86_400 + " days ago";
        }
    }

    private void checks(Desk desk) {
        Shell shell = desk.shell("Checks", CHECKS);
        desk.page(
                "checks",
                desk.read(tx -> new ChecksPage(
                        shell, tx.now(), modules.reconciler().latest(tx, REPORTS), audits.last(), audits.isRunning())));
    }

    private void reconcile(Desk desk) {
        desk.act(
                null,
                CHECKS,
                () -> {},
                _ -> "The payments of the last hour are being compared.",
                () -> modules.reconciler().begin(null));
    }

    private void audit(Desk desk) {
        audits.begin();
        desk.visit().seeOther(CHECKS);
    }
}
