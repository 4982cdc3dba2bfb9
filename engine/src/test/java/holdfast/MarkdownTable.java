package holdfast;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A table in a Markdown text, to be checked against what it tells of.
///
/// @param rows the cells of each row, without the header; as they are written, code marks aside
public record MarkdownTable(List<List<String>> rows) {

    /// The one table whose header begins with these cells.
    ///
    /// @throws IllegalArgumentException if there is none, or more than one
    public static MarkdownTable of(String markdown, String... header) {
        List<String> lines = markdown.lines().map(String::strip).toList();
        int[] headers = IntStream.range(0, lines.size())
                .filter(i -> begins(cells(lines.get(i)), header))
                .toArray();
        if (headers.length != 1) {
            throw new IllegalArgumentException(
                    headers.length + " tables begin with the header " + String.join(", ", header));
        }
        return new MarkdownTable(lines.stream()
                .skip(headers[0] + 2L) // the header, and the dashes below it
                .takeWhile(line -> line.startsWith("|"))
                .map(MarkdownTable::cells)
                .toList());
    }

    private static boolean begins(List<String> cells, String... header) {
        return cells.size() >= header.length && cells.subList(0, header.length).equals(List.of(header));
    }

    private static List<String> cells(String line) {
        if (!line.startsWith("|") || !line.endsWith("|") || line.length() < 2) return List.of();
        return Arrays.stream(line.substring(1, line.length() - 1).split("(?<!\\\\)\\|", -1))
                .map(cell -> cell.strip().replace("`", "").replace("\\|", "|"))
                .toList();
    }
}
