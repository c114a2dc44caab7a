# Tcl, tcl-xmlrpc: HTTP/1.0 without Host, answers read with regular expressions, nothing escaped
# or unescaped, everything text.  The type of an answer is seen by the one that was sent.
package require xmlrpc
fconfigure stdout -encoding utf-8
regexp {(http://[^/]+)/(.*)} [lindex $argv 0] all base path

proc call {method args} {
    global base path
    return [lindex [xmlrpc::call $base $path $method $args] 1]
}

proc show {type value} {
    switch $type {
        boolean {return [expr {$value ? "true" : "false"}]}
        string {return "\"[string map {\n \\n} $value]\""}
        double {return [format %.8f $value]}
        dateTime.iso8601 {return "@$value"}
        array {return "\[[join $value {, }]\]"}
        base64 {binary scan [binary decode base64 $value] H* hex; return "x$hex"}
        default {return $value}
    }
}

foreach {name value} {
    int {int 7}
    negative {int -2147483648}
    true {boolean 1}
    false {boolean 0}
    empty {string {}}
    double {double -1.25}
    base64 {base64 AAEC/w==}
    date {dateTime.iso8601 19980717T14:08:55}
    numbers {array {{int 1} {int 2}}}
    {no items} {array {}}
} {
    puts "$name\t[call interop.show $value]\t[show [lindex $value 0] [call interop.echo $value]]"
}
puts "give whole double\t\t[show double [call interop.give {string {whole double}}]]"
puts "give tiny\t\t[show double [call interop.give {string tiny}]]"
puts "give apostrophes\t\t[show string [call interop.give {string apostrophes}]]"
set methods {}
foreach name [call system.listMethods] {
    if {[string first interop. $name] >= 0} {lappend methods $name}
}
puts "methods\t\t[join $methods { }]"
