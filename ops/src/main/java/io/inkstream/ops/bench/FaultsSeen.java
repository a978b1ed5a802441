package io.inkstream.ops.bench;

import io.inkstream.schemas.avro.LineImage;
import java.util.List;
import java.util.Map;

/**
 * What was seen.
 *
 * @param lost lines, pages and dead letters that never came, and lines of documents that were refused wrongly
 * @param doubled what came again
 * @param reordered lines that came before their turn
 * @param mixed documents whose lines name more than one version
 * @param differing lines and pages of other bytes or another text than the same ones had before
 * @param both documents with lines and a dead letter
 * @param calm times from when a document was due to reading each of its lines, before the first fault
 * @param disturbed the same since
 * @param slowest of those by what was going on, in milliseconds
 * @param originals each different line as it came first
 * @param problems descriptions of the first problems counted above
 */
record FaultsSeen(
        long documents,
        long lines,
        long pages,
        long deadLetters,
        long lost,
        long doubled,
        long reordered,
        long mixed,
        long differing,
        long both,
        Latencies calm,
        Latencies disturbed,
        Map<String, Double> slowest,
        List<LineImage> originals,
        List<String> problems) {}
