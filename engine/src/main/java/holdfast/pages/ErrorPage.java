package holdfast.pages;

/// The page that says what went wrong.
///
/// @param home where to go from here
record ErrorPage(Head head, int status, String headline, String what, String home) {}
