# curl, as a person at a terminal uses it: curl names the type of a form and knows no XML-RPC.
url=$1

call() {        # method, value as XML, more words for curl
    method=$1 value=$2
    shift 2
    curl --silent --show-error --fail --max-time 20 "$@" "$url" --data-binary @- <<EOF
<methodCall><methodName>$method</methodName><params>$value</params></methodCall>
EOF
}

first() {       # the answer's first value, its type's tags cut away
    tr -d '\n' | sed 's/.*<param><value><[a-z0-9.]*>//; s/<.*//'
}

exchange() {    # name, value as XML, words before and after the echo
    value="<param><value>$2</value></param>"
    printf '%s\t%s\t%s%s%s\n' "$1" "$(call interop.show "$value" | first)" \
        "$3" "$(call interop.echo "$value" | first)" "$3"
}

fault() {
    printf '%s\t\t%s\n' "$1" "$(call "$2" '' | tr -d '\n' | sed \
        's/.*<int>/fault /; s/<.int>.*<string>/ /; s/<.string>.*//; s/&lt;/</; s/&gt;/>/; s/&amp;/\&/')"
}

exchange int '<int>7</int>'
exchange negative '<i4>-2147483648</i4>'
exchange long '<i8>1099511627776</i8>'
exchange unicode 'Grüße, 日本' '"'
exchange 'beyond the BMP' '😀' '"'
exchange empty '<string></string>' '"'
exchange double '<double>-1.25</double>'
fault fault interop.fail
fault 'unknown method' interop.nothing
fault 'wrong arguments' interop.add
fault crash interop.crash
printf 'chunked\t\t%s\n' "$(call interop.echo '<param><value>yes</value></param>' \
    --header 'Transfer-Encoding: chunked' | first)"
printf 'expect\t\t%s\n' "$(call interop.echo '<param><value>yes</value></param>' \
    --header 'Expect: 100-continue' | first)"
printf 'HTTP/1.0\t\t%s\n' "$(call interop.echo '<param><value>yes</value></param>' --http1.0 | first)"
printf 'compressed\t\t%s\n' "$(call interop.echo '<param><value>yes</value></param>' \
    --compressed | first)"
