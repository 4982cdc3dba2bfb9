package holdfast;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The two tables of ARCHITECTURE.md: which modules a module may use, and which modules may use a library.
record Architecture(Map<String, Set<String>> modules, Map<String, Set<String>> libraries) {

    private static final String EVERYTHING = "everything";
    private static final String NOTHING = "–";

    /// @throws IllegalArgumentException if the tables contradict themselves, or modules use each other in a circle
    static Architecture of(String markdown) {
        Map<String, List<String>> modules = named(MarkdownTable.of(markdown, "module", "may use"));
        Map<String, List<String>> libraries = named(MarkdownTable.of(markdown, "library", "used by"));
        var architecture = new Architecture(known(modules, modules.keySet()), known(libraries, modules.keySet()));
        refuseCircles(architecture.modules);
        return architecture;
    }

    private static Map<String, List<String>> named(MarkdownTable table) {
        var rows = new LinkedHashMap<String, List<String>>();
        for (List<String> row : table.rows()) {
            List<String> named = row.get(1).equals(NOTHING)
                    ? List.of()
                    : Arrays.asList(row.get(1).split(" "));
            if (rows.put(row.getFirst(), named) != null) {
                throw new IllegalArgumentException(row.getFirst() + " has two rows");
            }
        }
        return rows;
    }

    private static Map<String, Set<String>> known(Map<String, List<String>> rows, Collection<String> modules) {
        var known = new TreeMap<String, Set<String>>();
        rows.forEach((name, named) -> {
            for (String module : named) {
                if (!modules.contains(module) && !module.equals(EVERYTHING)) {
                    throw new IllegalArgumentException(name + " names " + module + ", which has no row");
                }
            }
            known.put(name, Set.copyOf(named));
        });
        return known;
    }

    private static void refuseCircles(Map<String, Set<String>> modules) {
        var left = new TreeMap<>(modules);
        while (!left.isEmpty()) {
            List<String> free = left.entrySet().stream()
                    .filter(row -> row.getValue().contains(EVERYTHING)
                            ? left.size() == 1
                            : row.getValue().stream().noneMatch(left::containsKey))
                    .map(Map.Entry::getKey)
                    .toList();
            if (free.isEmpty()) {
                throw new IllegalArgumentException("These use each other in a circle: " + left.keySet());
            }
            left.keySet().removeAll(free);
        }
    }

    boolean mayUse(String module, String other) {
        Set<String> allowed = modules.getOrDefault(module, Set.of());
        return module.equals(other) || allowed.contains(other) || allowed.contains(EVERYTHING);
    }

    boolean mayUseLibrary(String module, String library) {
        Set<String> allowed = libraries.getOrDefault(library, Set.of());
        return allowed.contains(module) || allowed.contains(EVERYTHING);
    }

    /// Every single permission, as `a uses b`; not those of everything and everybody.
    Stream<String> permissions() {
        Stream<String> ofModules = modules.entrySet().stream()
                .flatMap(row -> row.getValue().stream().map(other -> row.getKey() + " uses " + other));
        Stream<String> ofLibraries = libraries.entrySet().stream()
                .flatMap(row -> row.getValue().stream().map(module -> module + " uses " + row.getKey()));
        return Stream.concat(ofModules, ofLibraries).filter(permission -> !permission.contains(EVERYTHING));
    }
}
