package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Path;

/** A bundle that was written, as the commands print it; the names are fixed. */
record BundleJson(String bundle, @JsonProperty("size_bytes") int sizeBytes, String sha256) {

    static void print(ResultOptions results, Path file, byte[] bytes) {
        results.print(
                new BundleJson(file.toString(), bytes.length, ModelBundle.sha256(bytes)),
                made -> results.say(
                        "bundle: " + made.bundle() + " " + made.sizeBytes() + " bytes, SHA-256 " + made.sha256()));
    }
}
