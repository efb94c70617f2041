# Finds librdkafka. Provides the target premura::rdkafka and says what it is:
#   PREMURA_RDKAFKA_VERSION  for example 2.15.1
#   PREMURA_RDKAFKA_KIND     system, static (built by scripts/fetch-librdkafka) or fallback
# With a fallback, code that uses the target is compiled with PREMURA_RDKAFKA_FALLBACK=1, so that
# the daemon can say at start that this library is known to break exactly-once.
#
# Order: -DPREMURA_LIBRDKAFKA=DIR, a new enough system library, the cached static one, an old system
# library with a warning.
set(PREMURA_LIBRDKAFKA "" CACHE PATH
    "Folder with a static librdkafka as scripts/fetch-librdkafka makes it")

# Since 2.13.2 a batch consumer no longer moves its position past the end of a partition; the other
# fixes we need (idempotent producer, cooperative rebalance) are older than that.
set(PREMURA_RDKAFKA_MINIMUM 2.13.2)
set(PREMURA_RDKAFKA_CACHED 2.15.1)

# Reads RD_KAFKA_VERSION (0xMMmmrrpp) out of rdkafka.h; the empty string where that fails.
function(premura_rdkafka_header_version header out)
  set(version "")
  if(EXISTS ${header})
    file(STRINGS ${header} line REGEX "^#define +RD_KAFKA_VERSION +0x[0-9a-fA-F]+")
    if(line MATCHES "0x([0-9a-fA-F][0-9a-fA-F])([0-9a-fA-F][0-9a-fA-F])([0-9a-fA-F][0-9a-fA-F])")
      math(EXPR major "0x${CMAKE_MATCH_1}")
      math(EXPR minor "0x${CMAKE_MATCH_2}")
      math(EXPR revision "0x${CMAKE_MATCH_3}")
      set(version ${major}.${minor}.${revision})
    endif()
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Where scripts/fetch-librdkafka puts it when it is told nothing else.
function(premura_rdkafka_default_folder out)
  if(NOT "$ENV{PREMURA_CACHE}" STREQUAL "")
    set(cache "$ENV{PREMURA_CACHE}")
  elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache "$ENV{XDG_CACHE_HOME}/premura")
  else()
    set(cache "$ENV{HOME}/.cache/premura")
  endif()
  set(${out} "${cache}/librdkafka-${PREMURA_RDKAFKA_CACHED}" PARENT_SCOPE)
endfunction()

function(premura_add_static_rdkafka folder)
  find_package(OpenSSL REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(Threads REQUIRED)
  find_library(PREMURA_LZ4_LIBRARY lz4 REQUIRED)
  find_library(PREMURA_ZSTD_LIBRARY zstd REQUIRED)
  mark_as_advanced(PREMURA_LZ4_LIBRARY PREMURA_ZSTD_LIBRARY)
  add_library(premura_rdkafka STATIC IMPORTED GLOBAL)
  set_target_properties(premura_rdkafka PROPERTIES
    IMPORTED_LOCATION ${folder}/lib/librdkafka.a
    INTERFACE_INCLUDE_DIRECTORIES ${folder}/include)
  target_link_libraries(premura_rdkafka INTERFACE
    ${PREMURA_LZ4_LIBRARY} ${PREMURA_ZSTD_LIBRARY} OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB
    Threads::Threads m rt ${CMAKE_DL_LIBS})
  add_library(premura::rdkafka ALIAS premura_rdkafka)
endfunction()

function(premura_add_system_rdkafka)
  add_library(premura_rdkafka INTERFACE)
  target_link_libraries(premura_rdkafka INTERFACE PkgConfig::PREMURA_SYSTEM_RDKAFKA)
  add_library(premura::rdkafka ALIAS premura_rdkafka)
endfunction()

find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(PREMURA_SYSTEM_RDKAFKA QUIET IMPORTED_TARGET rdkafka)
endif()
premura_rdkafka_default_folder(premura_rdkafka_folder)
set(premura_rdkafka_wanted FALSE)
if(PREMURA_LIBRDKAFKA)
  set(premura_rdkafka_folder ${PREMURA_LIBRDKAFKA})
  set(premura_rdkafka_wanted TRUE)
endif()
premura_rdkafka_header_version(
  ${premura_rdkafka_folder}/include/librdkafka/rdkafka.h premura_rdkafka_static)
if(NOT EXISTS ${premura_rdkafka_folder}/lib/librdkafka.a)
  set(premura_rdkafka_static "")
endif()

if(premura_rdkafka_wanted AND NOT premura_rdkafka_static)
  message(FATAL_ERROR "PREMURA_LIBRDKAFKA=${PREMURA_LIBRDKAFKA} holds no lib/librdkafka.a with "
    "include/librdkafka/rdkafka.h. Run scripts/fetch-librdkafka: it prints the folder it makes.")
elseif(NOT premura_rdkafka_wanted AND PREMURA_SYSTEM_RDKAFKA_FOUND
       AND PREMURA_SYSTEM_RDKAFKA_VERSION VERSION_GREATER_EQUAL PREMURA_RDKAFKA_MINIMUM)
  set(PREMURA_RDKAFKA_KIND system)
  set(PREMURA_RDKAFKA_VERSION ${PREMURA_SYSTEM_RDKAFKA_VERSION})
  premura_add_system_rdkafka()
elseif(premura_rdkafka_static)
  set(PREMURA_RDKAFKA_KIND static)
  set(PREMURA_RDKAFKA_VERSION ${premura_rdkafka_static})
  premura_add_static_rdkafka(${premura_rdkafka_folder})
elseif(PREMURA_SYSTEM_RDKAFKA_FOUND)
  set(PREMURA_RDKAFKA_KIND fallback)
  set(PREMURA_RDKAFKA_VERSION ${PREMURA_SYSTEM_RDKAFKA_VERSION})
  premura_add_system_rdkafka()
  target_compile_definitions(premura_rdkafka INTERFACE PREMURA_RDKAFKA_FALLBACK=1)
  message(WARNING "The system's librdkafka ${PREMURA_RDKAFKA_VERSION} has bugs that can lose or "
    "repeat events; ${PREMURA_RDKAFKA_MINIMUM} or newer is needed for exactly-once on Kafka.\n"
    "Run scripts/fetch-librdkafka (a minute, once) and configure again.")
else()
  message(FATAL_ERROR "librdkafka was not found. Run scripts/fetch-librdkafka (a minute, once) and "
    "configure again, or install a system package of ${PREMURA_RDKAFKA_MINIMUM} or newer.")
endif()
message(STATUS "librdkafka ${PREMURA_RDKAFKA_VERSION} (${PREMURA_RDKAFKA_KIND})")
