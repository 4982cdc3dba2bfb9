package holdfast.drill;

import static holdfast.drill.Figures.told;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.audit.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// What an audit has to tell: for a terminal, invariant by invariant or in brief, or for a program.
public record AuditReport(List<Finding> findings) {

    private static final JsonMapper JSON = new JsonMapper();

    public boolean holds() {
        return findings.stream().allMatch(Finding::holds);
    }

    /// Every invariant, and how many rows it was held against.
    public String full() {
        var out = new StringBuilder(String.format("%n%-71s %14s%n", "INVARIANTS", "rows"));
        for (Finding finding : findings) {
            boolean seen = finding.unseen() == null;
            out.append(String.format(
                    "  %-4s %-66s %12s  %s%n",
                    finding.invariant().id(),
                    finding.invariant().promise(),
                    seen ? told(finding.rows()) : "–",
                    seen ? verdict(finding) : "not looked at"));
            examples(out, finding);
        }
        unseen(out);
        return out.append(String.format("%n%s%n", sentence())).toString();
    }

    /// What they are about, and each that is broken.
    String brief() {
        var out = new StringBuilder(String.format("%n%-52s %14s %14s%n", "INVARIANTS", "kept", "looked at"));
        byTopic().forEach((topic, about) -> {
            long seen = about.stream().filter(each -> each.unseen() == null).count();
            long broken = about.stream().filter(each -> !each.holds()).count();
            out.append(String.format(
                    "  %-50s %14s %14s  %s%n", topic, told(seen - broken), told(seen), broken == 0 ? "ok" : "BROKEN"));
        });
        for (Finding finding : findings) {
            if (finding.holds()) continue;
            out.append(String.format(
                    "  %-4s %-60s %s%n",
                    finding.invariant().id(), finding.invariant().promise(), verdict(finding)));
            examples(out, finding);
        }
        unseen(out);
        return out.toString();
    }

    private Map<String, List<Finding>> byTopic() {
        return findings.stream()
                .collect(Collectors.groupingBy(
                        finding -> topic(finding.invariant().id()), LinkedHashMap::new, Collectors.toList()));
    }

    private static String topic(String id) {
        return id.charAt(0) + "   "
                + switch (id.charAt(0)) {
                    case 'S' -> "stock";
                    case 'H' -> "holds";
                    case 'O' -> "orders";
                    case 'P' -> "payments, and the provider's books";
                    case 'I' -> "answers under idempotency keys";
                    case 'E' -> "events";
                    case 'C' -> "discount codes";
                    case 'G' -> "what was begun";
                    case 'X' -> "card numbers";
                    default -> throw new IllegalArgumentException("No topic of " + id);
                };
    }

    private static String verdict(Finding finding) {
        if (finding.holds()) return "ok";
        return finding.violations() == 1 ? "1 VIOLATION" : told(finding.violations()) + " VIOLATIONS";
    }

    private static void examples(StringBuilder out, Finding finding) {
        finding.examples().forEach(example -> out.append(String.format("         %s%n", example)));
        long more = finding.violations() - finding.examples().size();
        if (more > 0) out.append(String.format("         … and %s more%n", told(more)));
    }

    private void unseen(StringBuilder out) {
        Map<String, List<String>> reasons = findings.stream()
                .filter(finding -> finding.unseen() != null)
                .collect(Collectors.groupingBy(
                        finding -> Objects.requireNonNull(finding.unseen()),
                        LinkedHashMap::new,
                        Collectors.mapping(finding -> finding.invariant().id(), Collectors.toList())));
        reasons.forEach(
                (reason, ids) -> out.append(String.format("  not looked at: %s: %s%n", String.join(" ", ids), reason)));
    }

    private String sentence() {
        List<String> broken = findings.stream()
                .filter(finding -> !finding.holds())
                .map(finding -> finding.invariant().id())
                .toList();
        if (!broken.isEmpty()) return "BROKEN: " + String.join(" ", broken);
        long seen =
                findings.stream().filter(finding -> finding.unseen() == null).count();
        return seen == findings.size()
                ? "All " + seen + " promises are kept."
                : seen + " of " + findings.size() + " promises were looked at, and they are kept.";
    }

    /// The same as one JSON object.
    public String json() {
        var told = new LinkedHashMap<String, Object>();
        told.put("kept", holds());
        told.put("invariants", findings.stream().map(AuditReport::members).toList());
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(told);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts and numbers are JSON", e);
        }
    }

    private static Map<String, Object> members(Finding finding) {
        var members = new LinkedHashMap<String, Object>();
        members.put("id", finding.invariant().id());
        members.put("promise", finding.invariant().promise());
        if (finding.unseen() != null) {
            members.put("not_looked_at", finding.unseen());
            return members;
        }
        members.put("rows", finding.rows());
        members.put("violations", finding.violations());
        members.put("examples", finding.examples());
        return members;
    }
}
