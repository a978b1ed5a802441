package io.inkstream.topology.tokenise;

/**
 * What stands for a grapheme.
 *
 * @param text drawable; may be several graphemes with spaces between, or empty
 * @param rule why, as substitutions name it
 */
record Substitute(String text, String rule) {}
