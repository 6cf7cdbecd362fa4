# Writes the content security policy of the page: nothing is fetched, and only the style and the scripts with these
# SHA-256 sums count. Run at build time: cmake -DSTYLES=... -DSCRIPTS=... -DOUTPUT=... -P page_policy.cmake

# Three hexadecimal digits are 12 bits, which are two digits in base 64.
function(base64_sha256 file result)
  set(digits ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  file(SHA256 "${file}" sum)
  string(APPEND sum "00") # 256 bits and 8 more fill 22 such groups
  set(text "")
  foreach(start RANGE 0 63 3)
    string(SUBSTRING "${sum}" ${start} 3 group)
    math(EXPR high "0x${group} >> 6")
    math(EXPR low "0x${group} & 63")
    string(SUBSTRING "${digits}" ${high} 1 high)
    string(SUBSTRING "${digits}" ${low} 1 low)
    string(APPEND text "${high}${low}")
  endforeach()
  string(SUBSTRING "${text}" 0 43 text) # the last digit stands for padding alone
  set(${result} "${text}=" PARENT_SCOPE)
endfunction()

set(policy "default-src 'none'; base-uri 'none'; form-action 'none'; style-src")
foreach(file IN LISTS STYLES)
  base64_sha256("${file}" sum)
  string(APPEND policy " 'sha256-${sum}'")
endforeach()
string(APPEND policy "; script-src")
foreach(file IN LISTS SCRIPTS)
  base64_sha256("${file}" sum)
  string(APPEND policy " 'sha256-${sum}'")
endforeach()
file(WRITE "${OUTPUT}" "${policy}")
