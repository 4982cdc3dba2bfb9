package holdfast.drill;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import java.util.List;
import java.util.function.Function;

/// Holds an audit, and tells what came of it.
public final class Auditing {

    private Auditing() {}

    /// True if no promise is broken.
    ///
    /// @param audit holds it, and tells after every invariant
    /// @param json whether a program wants to read the report
    public static boolean run(Function<Runnable, List<Finding>> audit, Audience audience, boolean json) {
        List<Finding> findings;
        try (var progress = Progress.of(
                "Looking at the invariants", Audit.INVARIANTS.size(), audience.progress(), audience.watched())) {
            findings = audit.apply(progress::step);
        }
        var report = new AuditReport(findings);
        audience.out().print(json ? report.json() + "\n" : report.full());
        return report.holds();
    }
}
