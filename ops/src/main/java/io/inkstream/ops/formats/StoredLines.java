package io.inkstream.ops.formats;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the lines of hands back from their folders, one at a time.
 *
 * @param root folder of the data set
 * @param folders of the hands, below it, such as {@code train/hand-000001}
 */
public record StoredLines(Path root, List<String> folders) {
    private static final JsonMapper JSON = new JsonMapper();

    public StoredLines {
        requireNonNull(root, "root");
        folders = List.copyOf(folders);
    }

    /**
     * One of them.
     *
     * @param place of its picture below the data set's folder, such as {@code train/hand-000001/line-0001.png}
     * @param json as it stands in {@code boxes.jsonl}
     */
    record Stored(String place, LineTruth truth, JsonNode json) {}

    /** What is done with each. */
    interface Each {
        void on(Stored line) throws IOException;
    }

    /**
     * Goes through all of them in their order.
     *
     * @throws IOException if a folder is not as it was written
     */
    void forEach(Each each) throws IOException {
        for (String folder : folders) {
            Path boxes = root.resolve(folder).resolve("boxes.jsonl");
            try (BufferedReader lines = Files.newBufferedReader(boxes)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode json = JSON.readTree(line);
                    LineTruth truth = LineTruth.of(json);
                    each.on(new Stored(folder + "/" + truth.file(), truth, json));
                }
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw new IOException(
                        boxes + " is not as it was written; remove its folder, and the same command makes it anew: "
                                + e.getMessage(),
                        e);
            }
        }
    }

    byte[] picture(Stored line) throws IOException {
        return Files.readAllBytes(root.resolve(line.place()));
    }
}
