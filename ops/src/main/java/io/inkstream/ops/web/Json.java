package io.inkstream.ops.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentType;
import io.javalin.http.Context;

/** Reads and answers JSON. */
final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * The body of a request.
     *
     * @throws BadRequestResponse if it is no JSON, or is not said to be any: a form of a foreign page cannot send that type
     *     without the browser asking us first
     */
    static JsonNode asked(Context context) {
        if (!String.valueOf(context.contentType()).startsWith(ContentType.JSON)) {
            throw new BadRequestResponse("the content type must be application/json");
        }
        try {
            return MAPPER.readTree(context.body());
        } catch (JsonProcessingException e) {
            throw new BadRequestResponse("not JSON: " + e.getOriginalMessage());
        }
    }

    static void answer(Context context, JsonNode answer) {
        context.contentType(ContentType.APPLICATION_JSON).result(answer.toString());
    }
}
