/* C, xmlrpc-c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>

static xmlrpc_env env;
static const char *url;

static void check(const char *what) {
    if (env.fault_occurred) {
        fprintf(stderr, "%s: %d %s\n", what, env.fault_code, env.fault_string);
        exit(1);
    }
}

static void show(xmlrpc_value *value) {
    switch (xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_NIL:
        printf("null");
        break;
    case XMLRPC_TYPE_BOOL: {
        xmlrpc_bool flag;
        xmlrpc_read_bool(&env, value, &flag);
        printf(flag ? "true" : "false");
        break;
    }
    case XMLRPC_TYPE_INT: {
        xmlrpc_int number;
        xmlrpc_read_int(&env, value, &number);
        printf("%d", number);
        break;
    }
    case XMLRPC_TYPE_I8: {
        xmlrpc_int64 number;
        xmlrpc_read_i8(&env, value, &number);
        printf("%lld", (long long) number);
        break;
    }
    case XMLRPC_TYPE_DOUBLE: {
        double number;
        xmlrpc_read_double(&env, value, &number);
        printf("%.8f", number);
        break;
    }
    case XMLRPC_TYPE_STRING: {
        const char *text, *at;
        xmlrpc_read_string(&env, value, &text);
        putchar('"');
        for (at = text; *at; at++)
            if (*at == '\n') printf("\\n"); else putchar(*at);
        putchar('"');
        free((void *) text);
        break;
    }
    case XMLRPC_TYPE_BASE64: {
        const unsigned char *bytes;
        size_t length, i;
        xmlrpc_read_base64(&env, value, &length, &bytes);
        putchar('x');
        for (i = 0; i < length; i++) printf("%02x", bytes[i]);
        free((void *) bytes);
        break;
    }
    case XMLRPC_TYPE_DATETIME: {
        const char *text;
        xmlrpc_read_datetime_str(&env, value, &text);
        printf("@%s", text);
        free((void *) text);
        break;
    }
    case XMLRPC_TYPE_ARRAY: {
        int size = xmlrpc_array_size(&env, value), i;
        putchar('[');
        for (i = 0; i < size; i++) {
            xmlrpc_value *item;
            xmlrpc_array_read_item(&env, value, i, &item);
            if (i) printf(", ");
            show(item);
            xmlrpc_DECREF(item);
        }
        putchar(']');
        break;
    }
    case XMLRPC_TYPE_STRUCT: {      /* smallest name first */
        int size = xmlrpc_struct_size(&env, value), i, turn;
        char last[100] = "";
        putchar('{');
        for (turn = 0; turn < size; turn++) {
            char next[100] = "\x7f";
            xmlrpc_value *item;
            for (i = 0; i < size; i++) {
                xmlrpc_value *key;
                const char *name;
                xmlrpc_struct_read_member(&env, value, i, &key, &item);
                xmlrpc_read_string(&env, key, &name);
                if (strcmp(name, last) > 0 && strcmp(name, next) < 0) strcpy(next, name);
                free((void *) name);
                xmlrpc_DECREF(key);
                xmlrpc_DECREF(item);
            }
            printf(turn ? ", %s: " : "%s: ", next);
            xmlrpc_struct_find_value(&env, value, next, &item);
            show(item);
            xmlrpc_DECREF(item);
            strcpy(last, next);
        }
        putchar('}');
        break;
    }
    default:
        printf("type %d", xmlrpc_value_type(value));
    }
    check("show");
}

/* One exchange: the value is sent twice, to be shown and to come back. */
static void exchange(const char *name, xmlrpc_value *value) {
    xmlrpc_value *params, *answer;
    const char *text;
    check(name);
    params = xmlrpc_build_value(&env, "(V)", value);
    answer = xmlrpc_client_call_params(&env, url, "interop.show", params);
    check(name);
    xmlrpc_read_string(&env, answer, &text);
    printf("%s\t%s\t", name, text);
    free((void *) text);
    xmlrpc_DECREF(answer);
    answer = xmlrpc_client_call_params(&env, url, "interop.echo", params);
    check(name);
    show(answer);
    putchar('\n');
    xmlrpc_DECREF(answer);
    xmlrpc_DECREF(params);
    xmlrpc_DECREF(value);
}

static void fault(const char *name, const char *method, const char *format, int a) {
    xmlrpc_client_call(&env, url, method, format, (xmlrpc_int) a);
    printf("%s\t\tfault %d %s\n", name, env.fault_code, env.fault_string);
    xmlrpc_env_clean(&env);
    xmlrpc_env_init(&env);
}

int main(int count, char **words) {
    static const char *given[] = {"nil", "long", "nil inside", "whole double", "tiny",
                                  "apostrophes"};
    static char large[100001];
    xmlrpc_value *answer, *item, *inner;
    int i;
    const char *text, *sep = "";
    if (count != 2) return 2;
    url = words[1];
    for (i = 0; i < 100000; i++) large[i] = "x<"[i % 2];
    xmlrpc_env_init(&env);
    xmlrpc_client_setup_global_const(&env);
    xmlrpc_client_init2(&env, XMLRPC_CLIENT_NO_FLAGS, "tests", "1", NULL, 0);
    check("init");
    exchange("int", xmlrpc_int_new(&env, 7));
    exchange("negative", xmlrpc_int_new(&env, (int) -2147483648LL));
    exchange("long", xmlrpc_i8_new(&env, 1099511627776LL));
    exchange("true", xmlrpc_bool_new(&env, 1));
    exchange("false", xmlrpc_bool_new(&env, 0));
    exchange("markup", xmlrpc_string_new(&env, "a <b> & \"c\" ]]> d"));
    exchange("unicode", xmlrpc_string_new(&env, "Grüße, 日本"));
    exchange("empty", xmlrpc_string_new(&env, ""));
    exchange("spaces", xmlrpc_string_new(&env, "  two\nlines  "));
    exchange("double", xmlrpc_double_new(&env, -1.25));
    exchange("tiny", xmlrpc_double_new(&env, 0.00000001));
    exchange("base64", xmlrpc_base64_new(&env, 4, (const unsigned char *) "\0\1\2\xff"));
    exchange("date", xmlrpc_datetime_new_str(&env, "19980717T14:08:55"));
    exchange("array", xmlrpc_build_value(&env, "(is(i))", (xmlrpc_int) 1, "two", (xmlrpc_int) 3));
    exchange("no items", xmlrpc_build_value(&env, "()"));
    exchange("struct", xmlrpc_build_value(&env, "{s:s,s:i}", "name", "x & y", "n", (xmlrpc_int) 1));
    exchange("no members", xmlrpc_build_value(&env, "{}"));
    exchange("nested", xmlrpc_build_value(&env, "{s:({s:(b{})}),s:s}", "list", "a",
                                          (xmlrpc_bool) 1, "name", ""));
    exchange("large", xmlrpc_string_new(&env, large));
    exchange("nil", xmlrpc_nil_new(&env));
    for (i = 0; i < 6; i++) {
        answer = xmlrpc_client_call(&env, url, "interop.give", "(s)", given[i]);
        check(given[i]);
        printf("give %s\t\t", given[i]);
        show(answer);
        putchar('\n');
        xmlrpc_DECREF(answer);
    }
    fault("fault", "interop.fail", "()", 0);
    fault("unknown method", "interop.nothing", "()", 0);
    fault("wrong arguments", "interop.add", "(i)", 1);
    fault("crash", "interop.crash", "()", 0);
    answer = xmlrpc_client_call(&env, url, "system.listMethods", "()");
    check("system.listMethods");
    printf("methods\t\t");
    for (i = 0; i < xmlrpc_array_size(&env, answer); i++) {
        xmlrpc_array_read_item(&env, answer, i, &item);
        xmlrpc_read_string(&env, item, &text);
        if (strstr(text, "interop.")) {
            printf("%s%s", sep, text);
            sep = " ";
        }
        free((void *) text);
        xmlrpc_DECREF(item);
    }
    putchar('\n');
    xmlrpc_DECREF(answer);
    answer = xmlrpc_client_call(&env, url, "system.multicall", "(({s:s,s:(ii)}{s:s,s:()}))",
                                "methodName", "interop.add", "params", (xmlrpc_int) 1,
                                (xmlrpc_int) 2, "methodName", "interop.fail", "params");
    check("system.multicall");
    xmlrpc_array_read_item(&env, answer, 0, &item);
    xmlrpc_array_read_item(&env, item, 0, &inner);
    printf("multicall\t\t");
    show(inner);
    putchar('\n');
    xmlrpc_DECREF(inner);
    xmlrpc_DECREF(item);
    xmlrpc_array_read_item(&env, answer, 1, &item);
    xmlrpc_decompose_value(&env, item, "{s:i,s:s,*}", "faultCode", &i, "faultString", &text);
    check("system.multicall's fault");
    printf("multicall fault\t\tfault %d %s\n", i, text);
    free((void *) text);
    xmlrpc_DECREF(item);
    xmlrpc_DECREF(answer);
    xmlrpc_client_cleanup();
    xmlrpc_env_clean(&env);
    return 0;
}
