package holdfast.drill;

import java.io.PrintStream;

/// Who is told how a drill goes.
///
/// @param out what is to be kept: the report
/// @param progress what is to be seen: how far it is
/// @param watched whether a person at a terminal sees it
public record Audience(PrintStream out, PrintStream progress, boolean watched) {}
